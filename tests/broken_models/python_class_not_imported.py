"""`Network` is not imported; Brian2 has another one."""
network = Network("mine", "", [])
