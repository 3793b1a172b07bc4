"""`vqlab report`: result directories as one page."""
