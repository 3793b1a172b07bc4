"""One file per figure of claims: a module here with draw(claims) that yields page.Drawing is found."""
