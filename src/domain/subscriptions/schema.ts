import type { Migration } from '../../storage/engine.ts'

/** The table of the subscriptions to changes of mail. */
export const subscriptionMigrations: readonly Migration[] = [
  {
    number: 700,
    name: 'subscriptions to changes of mail',
    up: ({ integer }) => [
      // The authority is opaque: access decides with it. The mark is a place in the mailbox's journal, as JSON.
      `create table subscription (
        id text primary key,
        tenant text not null,
        app text not null,
        creator text not null,
        mailbox ${integer} not null,
        folder ${integer},
        resource text not null,
        immutable_ids ${integer} not null,
        change_types text not null,
        url text not null,
        lifecycle_url text,
        client_state text,
        expires ${integer} not null,
        authority text not null,
        mark text not null,
        attempts ${integer} not null,
        failing_since ${integer},
        retry_at ${integer}
      )`,
      `create index subscription_by_creator on subscription (tenant, app, creator)`,
      `create index subscription_by_mailbox on subscription (mailbox)`,
      `create index subscription_by_expiry on subscription (expires)`,
    ],
  },
]
