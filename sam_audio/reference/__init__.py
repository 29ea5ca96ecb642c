"""Find another recording inside a mix, fit it to what the mix holds of it, and give that back."""
