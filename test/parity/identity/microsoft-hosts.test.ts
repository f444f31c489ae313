import { ConfidentialClientApplication, type INetworkModule, type NetworkRequestOptions } from '@azure/msal-node'
import { expect, it } from 'vitest'
import { opened } from '../../attacks/forge.ts'
import { type OpenServer, openServer } from '../../support/server.ts'

/** Answers requests to Microsoft's hosts, as a name server would do. `asked` collects the URLs in order. */
function leadingHere({ http }: OpenServer, asked: string[]): INetworkModule {
  const send = async <T>(method: 'GET' | 'POST', url: string, options: NetworkRequestOptions = {}) => {
    const { host, pathname, search } = new URL(url)
    asked.push(`${method} ${host}${pathname}`)
    const answer = await http.inject({
      method,
      url: `${pathname}${search}`,
      headers: { ...options.headers, host },
      ...(options.body === undefined ? {} : { payload: options.body }),
    })
    return { status: answer.statusCode, headers: answer.headers as Record<string, string>, body: answer.json<T>() }
  }
  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
  }
}

it('a program that names Microsoft’s host asks there for a token and nothing else, and gets one', async () => {
  const context = await openServer(undefined, { issuer_hosts: 'microsoft' })
  const asked: string[] = []
  const client = new ConfidentialClientApplication({
    auth: {
      clientId: context.admin.clientId,
      clientSecret: context.admin.clientSecret,
      authority: `https://login.microsoftonline.com/${context.tenant.id}`,
    },
    system: { networkClient: leadingHere(context, asked) },
  })
  const answer = await client.acquireTokenByClientCredential({ scopes: ['https://outlook.office365.com/.default'] })
  expect(asked).toEqual([`POST login.microsoftonline.com/${context.tenant.id}/oauth2/v2.0/token`])
  expect(opened(answer!.accessToken).claims.iss).toBe(`https://sts.windows.net/${context.tenant.id}/`)
})
