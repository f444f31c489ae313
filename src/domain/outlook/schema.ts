import type { Migration } from '../../storage/engine.ts'

/** The tables of what Outlook keeps about a mailbox besides its mail. */
export const outlookMigrations: readonly Migration[] = [
  {
    number: 600,
    name: 'mailbox settings, categories, overrides, rules',
    up: ({ integer }) => [
      // The settings as JSON; what is absent has its default.
      `create table outlook_settings (
        mailbox ${integer} primary key,
        settings text not null
      )`,
      `create table outlook_category (
        mailbox ${integer} not null,
        id text not null,
        name text not null,
        name_key text not null,
        color text not null,
        primary key (mailbox, id),
        unique (mailbox, name_key)
      )`,
      `create table outlook_override (
        mailbox ${integer} not null,
        id text not null,
        name text not null,
        address text not null,
        address_key text not null,
        classify_as text not null,
        primary key (mailbox, id),
        unique (mailbox, address_key)
      )`,
      // Conditions, exceptions and actions as JSON, in the names of Graph.
      `create table outlook_rule (
        mailbox ${integer} not null,
        id text not null,
        sequence ${integer} not null,
        rule text not null,
        primary key (mailbox, id)
      )`,
      // Senders who got the automatic reply of the period that began at `since`.
      `create table outlook_replied (
        mailbox ${integer} not null,
        sender text not null,
        since text not null,
        at ${integer} not null,
        primary key (mailbox, sender)
      )`,
    ],
  },
  {
    number: 608,
    name: 'search folders',
    up: ({ integer }) => [
      // The ids of the source folders as JSON, and the filter as OData.
      `create table outlook_search_folder (
        mailbox ${integer} not null,
        id text not null,
        name text not null,
        name_key text not null,
        nested ${integer} not null,
        sources text not null,
        filter text not null,
        primary key (mailbox, id),
        unique (mailbox, name_key)
      )`,
    ],
  },
]
