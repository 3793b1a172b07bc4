"""What the figures of all questions share. Result files in, PNG, SVG and CSV out."""
