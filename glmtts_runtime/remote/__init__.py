"""An engine on another machine, or in another process: `glmtts serve` asked over HTTP."""
