"""The commands of `glmtts`, a file each."""
