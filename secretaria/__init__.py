"""Secretaria: a virtual secretary that answers customers on WhatsApp, through Whaticket.

The way of a message, which is also the order to read the code in:

1. `resources.webhook` reads the request; `services.authenticate` proves that it is Whaticket's.
2. `core.payload` understands it; `services.accept` stores it, answers 202 and rings the bell.
   While PostgreSQL is away it waits in Redis, until `services.import_spool` can store it.
3. The bell (`adapters.bell`) wakes a worker: `actors.converse` runs `services.converse`.
4. A turn leases the conversation, reads what is owed (`services.owed`), keeps attacks from the
   model (`core.guard`), composes (`services.compose`, `services.think`) and records the reply.
5. `actors.deliver` runs `services.deliver`: intent, call (`adapters.whaticket`), outcome.
6. `services.settle` believes what Whaticket shows of a reply whose fate nobody knew: told by the
   webhook, or read in the ticket by `services.read_back` (`actors.settle`).
7. `services.sweep`, in every worker, finds what any of these steps has dropped;
   `services.isolate` tries alone, one at a time, the turns that a dead worker held.

PostgreSQL is the truth, Redis is the bell. `bootstrap` wires it all.
"""
