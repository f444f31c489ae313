import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import { commandsOf } from '../authorization.ts'
import type { Administrator } from '../../../access/admin/decide.ts'
import { edmTypes, type EntityType, entityTypes } from './entity-types.ts'
import { entitySets, related } from './entity-sets.ts'
import { responseHeaders } from '../envelope.ts'
import type { ExchangeDeps } from '../invoke-command.ts'

/**
 * docs/reference/exchange-admin.md §9.5: `GET …/adminapi/beta/{tenant}/$metadata`, what the entity sets are made of.
 */
export async function metadataDocument(
  _: ExchangeDeps,
  request: HttpRequest,
  caller: Administrator,
): Promise<HttpAnswer> {
  commandsOf(caller)
  return {
    status: 200,
    headers: { ...responseHeaders(request), 'content-type': 'application/xml;charset=utf-8' },
    body: document,
  }
}

type Attributes = Readonly<Record<string, string>>

/** Every name and value is one of ours, and none has a character that XML minds. */
function element(name: string, attributes: Attributes, ...inner: readonly string[]): string {
  const head = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${value}"`)].join(' ')
  return inner.length === 0 ? `<${head}/>` : `<${head}>${inner.join('')}</${name}>`
}

const functionName = (called: string): string | undefined => /^Exchange\.(\w+)\(\)$/.exec(called)?.[1]

/** OData CSDL 4.01 §6: open, as Exchange shows further properties. */
const entityType = ({ name, key, properties }: EntityType): string =>
  element(
    'EntityType',
    { Name: name, OpenType: 'true' },
    element('Key', {}, ...key.map((Name) => element('PropertyRef', { Name }))),
    ...Object.entries(properties).map(([Name, kind]) =>
      element('Property', {
        Name,
        Type: edmTypes[kind],
        ...(key.includes(Name) && { Nullable: 'false' }),
      }),
    ),
    ...related
      .filter((it) => it.of === name && functionName(it.name) === undefined)
      .map((it) =>
        element('NavigationProperty', {
          Name: it.name,
          Type: `Collection(Exchange.${it.name})`,
          ContainsTarget: 'true',
        }),
      ),
  )

/** OData CSDL 4.01 §12: what is asked of one object. */
const functions = related.flatMap(({ name, of, answers }) => {
  const called = functionName(name)
  if (called === undefined) return []
  const type = 'Exchange.GenericHashTable'
  return [
    element(
      'Function',
      { Name: called, IsBound: 'true' },
      element('Parameter', { Name: of.toLowerCase(), Type: `Exchange.${of}`, Nullable: 'false' }),
      element('ReturnType', { Type: answers === 'many' ? `Collection(${type})` : type }),
    ),
  ]
})

const permissionEntry = element(
  'ComplexType',
  { Name: 'PermissionEntry' },
  element('Property', { Name: 'AccessRights', Type: 'Collection(Edm.String)' }),
  ...['Deny', 'IsInherited'].map((Name) => element('Property', { Name, Type: 'Edm.Boolean' })),
  element('Property', { Name: 'InheritanceType', Type: 'Edm.String' }),
)

const schema = element(
  'Schema',
  { Namespace: 'Exchange', xmlns: 'http://docs.oasis-open.org/odata/ns/edm' },
  ...entityTypes.map(entityType),
  element('ComplexType', { Name: 'GenericHashTable', OpenType: 'true' }),
  permissionEntry,
  ...functions,
  element(
    'EntityContainer',
    { Name: 'Container' },
    ...entitySets.map(({ name }) => element('EntitySet', { Name: name, EntityType: `Exchange.${name}` })),
  ),
)

const document = `<?xml version="1.0" encoding="utf-8"?>${element(
  'edmx:Edmx',
  { Version: '4.0', 'xmlns:edmx': 'http://docs.oasis-open.org/odata/ns/edmx' },
  element('edmx:DataServices', {}, schema),
)}`
