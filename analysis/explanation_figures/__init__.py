"""One file per figure of an explanation: a module here with draw(explanation) that yields page.Drawing is found."""
