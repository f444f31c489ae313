import { integer, octets, settings } from '../../core/settings.ts'

export const mailSettings = settings({
  quota: octets('What a mailbox may hold whose own quota is not set (Set-Mailbox sets it); 0 is no limit').or(0),
  quota_messages: integer('How many messages a mailbox may hold; 0 is no limit', 0, 1_000_000_000).or(0),
  refused_octets: octets(
    'Octets by mailbox and hour that may be written to disk for messages that are refused afterwards; beyond it the mailbox takes none for the rest of the hour',
  ).or(67_108_864),
  folders: integer('How many folders a mailbox may have, the well-known ones counted', 10, 1_000_000).or(10_000),
})
