"""Bitcoin, subnets and the cloud bidding for the same machines."""
