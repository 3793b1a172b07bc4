"""One file per figure of a comparison: a module here with draw(comparison) that yields page.Drawing is found."""
