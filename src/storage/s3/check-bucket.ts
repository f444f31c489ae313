import type { Log } from '../../core/log.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import { type ObjectStore, ObjectStoreError, type ObjectStoreOptions } from './object-store.ts'

type Bucket = Pick<ObjectStoreOptions, 'endpoint' | 'region' | 'bucket' | 'accessKeyId'>

/**
 * Writes, reads, lists and removes an object. Refuses, with one sentence and the command that fixes it, a bucket that
 * cannot be used. An object store that is away is logged only: it may come back.
 */
export async function checkBucket(objects: ObjectStore, bucket: Bucket, world: World, log: Log): Promise<void> {
  const probe = Buffer.from('Postern checks the bucket')
  const key = `checks/${world.guid()}`
  let doing = 's3:PutObject'
  try {
    await objects.put(key, probe)
    doing = 's3:GetObject'
    const found = await objects.get(key, 0, probe.length)
    if (!found.equals(probe)) refuse('wrong-state', `${nameOf(bucket)} returns other bytes than were stored`)
    doing = 's3:ListBucket'
    for await (const _ of objects.list(key));
    doing = 's3:DeleteObject'
    await objects.remove(key)
  } catch (error) {
    if (!(error instanceof ObjectStoreError)) throw error
    if (error.fault !== 'away') refuse('wrong-state', sentence(error, bucket, doing), { code: error.code })
    log.warn({ error }, `${nameOf(bucket)} cannot be reached: the server starts without it`)
  }
}

const nameOf = ({ bucket, endpoint }: Bucket): string => `The bucket '${bucket}' at ${endpoint}`

function sentence({ code, message }: ObjectStoreError, bucket: Bucket, doing: string): string {
  const name = nameOf(bucket)
  const aws = (command: string) => `aws --endpoint-url ${bucket.endpoint} --region ${bucket.region} ${command}`
  const keys = 's3.access_key_id and s3.secret_access_key_file'
  switch (code) {
    case 'NoSuchBucket':
    case '404':
      return `${name} does not exist. To create it: ${aws(`s3api create-bucket --bucket ${bucket.bucket}`)}`
    case 'InvalidAccessKeyId':
      return `${name} cannot be used: the server does not know the access key '${bucket.accessKeyId}'. To fix it: correct ${keys}`
    case 'SignatureDoesNotMatch':
      return `${name} cannot be used: the secret does not belong to the access key '${bucket.accessKeyId}'. To fix it: correct ${keys}`
    case 'RequestTimeTooSkewed':
      return `${name} cannot be used: the clock of this machine is wrong. To fix it: timedatectl set-ntp true`
    case 'AuthorizationHeaderMalformed':
    case 'PermanentRedirect':
      return `${name} is in another region than '${bucket.region}'. To find the region for s3.region: ${aws(`s3api get-bucket-location --bucket ${bucket.bucket}`)}`
    case 'AccessDenied':
      return `${name} cannot be used: the access key '${bucket.accessKeyId}' lacks the right ${doing}. To see its rights: ${aws(`s3api get-bucket-policy --bucket ${bucket.bucket}`)}`
    default:
      return `${name} cannot be used for ${doing}: ${message}. To try it: ${aws(`s3 ls s3://${bucket.bucket}`)}`
  }
}
