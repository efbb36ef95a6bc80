"""Who says so, and how well can a reader check it? See README.md."""
