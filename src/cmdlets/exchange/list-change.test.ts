import { expect, it } from 'vitest'
import { listChange } from './list-change.ts'

it.each([
  ['a@x,b@x', { replace: ['a@x', 'b@x'] }],
  ['["a@x"]', { replace: ['a@x'] }],
  ['', { replace: [] }],
  ['$null', { replace: [] }],
  ['@{add="a@x","b@x"; remove=\'c@x\'}', { add: ['a@x', 'b@x'], remove: ['c@x'] }],
  ['@{Add=@("a@x")}', { add: ['a@x'], remove: [] }],
  ['@{}', { add: [], remove: [] }],
  ['{"remove":"c@x"}', { add: [], remove: ['c@x'] }],
  ['@{sub="a@x"}', undefined],
  ['@{add}', undefined],
  ['{broken', undefined],
])('the text %j is read as %j', (text, change) => {
  expect(listChange.fromText(text)).toEqual(change)
})

it.each([
  [['a@x', 'b@x'], { replace: ['a@x', 'b@x'] }],
  ['a@x', { replace: ['a@x'] }],
  [null, { replace: [] }],
  [
    { '@odata.type': '#Exchange.GenericHashTable', add: ['a@x'] },
    { add: ['a@x'], remove: [] },
  ],
  [
    { '@odata.type': '#Exchange.GenericHashTable', Add: 'a@x', Remove: ['b@x'] },
    { add: ['a@x'], remove: ['b@x'] },
  ],
  [[1], undefined],
  [{ add: [1] }, undefined],
  [7, undefined],
])('%j, as it travels, is read as %j', (json, change) => {
  expect(listChange.fromJson(json)).toEqual(change)
})
