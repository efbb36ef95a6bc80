"""Fine-tuning: labelled articles to a model folder."""
