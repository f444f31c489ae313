import { expect, it } from 'vitest'
import { keysAsSegments, objectKey } from './objects.ts'

it.each([
  ["/v1.0/applications(appId='a')", "/v1.0/applications/appId='a'"],
  ["/v1.0/applications(appId='a')/addPassword?x=(y)", "/v1.0/applications/appId='a'/addPassword?x=(y)"],
  ['/v1.0/applications%28appId=%27a%27%29', "/v1.0/applications/appId='a'"],
  ["/v1.0/users('ada@contoso.test')", '/v1.0/users/ada@contoso.test'],
  ["/v1.0/users('o''neil%40contoso.test')", "/v1.0/users/o'neil%40contoso.test"],
  ["/v1.0/servicePrincipals('a')/appRoleAssignedTo('b')", '/v1.0/servicePrincipals/a/appRoleAssignedTo/b'],
  ["/v1.0/users?$filter=startswith(displayName,'a')", "/v1.0/users?$filter=startswith(displayName,'a')"],
  ['/v1.0/users/a?b?c', '/v1.0/users/a?b?c'],
  ['/v1.0/users/delta()', '/v1.0/users/delta()'],
  ["/v1.0/users('')", "/v1.0/users('')"],
])('%s becomes %s', (url, rewritten) => {
  expect(keysAsSegments(url)).toBe(rewritten)
})

it('tells an appId from an id', () => {
  expect(objectKey("appId='A'")).toEqual({ appId: 'A' })
  expect(objectKey('A')).toEqual({ id: 'A' })
})
