"""The app: views of what happens in both zones. It decides nothing."""
