"""The state of an installation as gauges for `/metrics`, beside what each process counts."""
