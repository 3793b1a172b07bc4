"""One file per figure of an ablation: a module here with draw(ablation) that yields page.Drawing is found."""
