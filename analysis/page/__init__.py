"""Pages of HTML: markup, data of charts, and the scripts that draw them."""
