"""`python -m comfyui_glmtts` is `glmtts`."""

from .cli import main

if __name__ == "__main__":
    main()
