"""What strangers may ask and guess, how they are told apart, and how late they hear of it."""
