"""Who is insured: accounts, their contacts and what these agreed to, as the agency's system tells them."""
