"""Run by Alembic with the connection that `upgrade` hands over; there is no other way to run it."""

from alembic import context

from portal.store.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
