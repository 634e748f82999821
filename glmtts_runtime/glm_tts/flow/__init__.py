"""Speech tokens and a speaker -> mel: flow matching with a diffusion transformer."""
