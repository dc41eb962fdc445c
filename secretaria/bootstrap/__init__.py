"""THE composition root: settings in, wired application out; one module for each kind of process."""
