import { readQueryOptions } from '../mail-query.ts'
import type { Category } from '../../../../domain/outlook/types.ts'
import { created, noContent, ok } from '../../answers.ts'
import { withCodes } from '../../errors.ts'
import { payloadOf } from '../../payload.ts'
import { contextOf, refuseWith } from '../mail-answers.ts'
import { pageOf, selectFrom } from '../small-list.ts'
import { mailRoute } from '../mail-route.ts'

const PATH = '/outlook/masterCategories'
const LONGEST_NAME = 255
const names = ['id', 'displayName', 'color'] as const

/** `preset0` to `preset24`, or `none`. */
const colors: ReadonlySet<string> = new Set(['none', ...Array.from({ length: 25 }, (_, nth) => `preset${nth}`)])

const listCategories = mailRoute(`GET ${PATH}`, {
  needs: 'MailboxSettings.Read',
  run: async (call) => {
    const categories = await call.deps.outlook.categories(call.mailbox.id)
    return pageOf(call, { of: PATH, type: 'outlookCategory', names }, categories.map(json))
  },
})

const getCategory = mailRoute(`GET ${PATH}/:category`, {
  needs: 'MailboxSettings.Read',
  run: async (call) => {
    const id = call.request.params['category']
    const found = (await call.deps.outlook.categories(call.mailbox.id)).find((category) => category.id === id)
    if (!found) return refuseUnknown()
    const selected = selectFrom(readQueryOptions(call.request.query).select, 'outlookCategory', names)
    const shown = selected ? Object.fromEntries(selected.map((name) => [name, found[name]])) : json(found)
    return ok(call.request, { '@odata.context': contextOf(call, PATH, selected, '/$entity'), ...shown })
  },
})

const createCategory = mailRoute(`POST ${PATH}`, {
  needs: 'MailboxSettings.ReadWrite',
  run: async (call) => {
    const body = payloadOf(call.request, 'OutlookCategory').only(['displayName', 'color'])
    const displayName = body.needText('displayName').trim()
    if (displayName === '' || displayName.length > LONGEST_NAME || /[,;\p{Cc}]/u.test(displayName)) {
      refuseWith('ErrorInvalidRequest', 'The property displayName is not valid.')
    }
    const category = { displayName, color: colorFrom(body.text('color') ?? 'none') }
    const added = await withCodes({ 'already-exists': 'ErrorCategoryExists' }, () =>
      call.deps.outlook.addCategory(call.mailbox.id, category),
    )
    return created(call.request, { '@odata.context': contextOf(call, PATH, undefined, '/$entity'), ...json(added) })
  },
})

/** The name of a category cannot be changed: messages have it. */
const updateCategory = mailRoute(`PATCH ${PATH}/:category`, {
  needs: 'MailboxSettings.ReadWrite',
  run: async (call) => {
    const body = payloadOf(call.request, 'OutlookCategory').only(['color'])
    const id = call.request.params['category'] ?? ''
    const changed = await call.deps.outlook.recolorCategory(call.mailbox.id, id, colorFrom(body.needText('color')))
    return ok(call.request, { '@odata.context': contextOf(call, PATH, undefined, '/$entity'), ...json(changed) })
  },
})

const deleteCategory = mailRoute(`DELETE ${PATH}/:category`, {
  needs: 'MailboxSettings.ReadWrite',
  run: async (call) => {
    await call.deps.outlook.removeCategory(call.mailbox.id, call.request.params['category'] ?? '')
    return noContent(call.request)
  },
})

const json = ({ id, displayName, color }: Category) => ({ id, displayName, color })

function colorFrom(text: string): string {
  const color = text.toLowerCase()
  return colors.has(color)
    ? color
    : refuseWith('ErrorInvalidRequest', `The color '${text.slice(0, 32)}' does not exist.`)
}

function refuseUnknown(): never {
  return refuseWith('ErrorItemNotFound', 'The specified object was not found in the store.', 'no-such-thing')
}

export const categoryRoutes = [listCategories, getCategory, createCategory, updateCategory, deleteCategory]
