"""One file per figure: a module here with a function draw(study) that yields page.Drawing is found by listing."""
