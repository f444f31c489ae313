/** Dovecot's settings for extensions that it does not have unless it is asked to. */
export const extensions = `
mail_plugins {
  acl = yes
  quota = yes
}
protocol imap {
  mail_plugins {
    imap_acl = yes
    imap_quota = yes
  }
}
acl_driver = vfile
quota Mailbox {
  storage_size = 1G
  message_count = 100000
}
imap_metadata = yes
mail_attribute {
  dict file {
    path = %{home}/attributes
  }
}
`
