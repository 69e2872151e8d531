"""What pages and the JSON API both show, composed once."""
