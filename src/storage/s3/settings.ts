import { days, integer, settings, text } from '../../core/settings.ts'

export const s3Settings = settings({
  endpoint: text(
    'URL of the S3 server, without the bucket',
    /^(https?:\/\/[^\s/?#]+\/?)?$/,
    'a URL such as https://s3.example.com',
  ).or(''),
  region: text('Region of the bucket', /^[\w-]{1,63}$/, 'a region such as eu-central-1').or('us-east-1'),
  bucket: text('Bucket for the bytes of messages', /^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$/, 'the name of a bucket').or(
    '',
  ),
  access_key_id: text('Access key of a user who may read, write, list and delete objects of the bucket').or(''),
  secret_access_key_file: text('File with the secret of the access key').or(''),
})

export const blobSettings = settings({
  spool_gigabytes: integer(
    'The most gigabytes of the database that wait to be stored in the bucket; more are refused until the bucket can be reached',
    1,
    100_000,
  ).or(20),
  cache_gigabytes: integer('The most gigabytes of the disk for bytes that were read from the bucket', 1, 100_000).or(
    10,
  ),
})

export const keepSettings = settings({
  keep_days: days(
    'Days for which unused objects of the bucket are kept, so that the database can be restored to any moment of these days',
  ).or(14),
})
