import type { World } from '../../core/world.ts'

/** 43 characters; never with a dash in front, which a shell's command would take for a parameter. */
export const opaqueId = (world: World): string =>
  Buffer.from(world.bytes(32)).toString('base64url').replace(/^[-_]/, 'A')
