"""The simulated Whaticket and Gemini, and real engines: what the demo and the tests play on."""
