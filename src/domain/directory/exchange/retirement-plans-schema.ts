import type { Migration } from '../../../storage/engine.ts'

export const retirementPlanMigrations: readonly Migration[] = [
  {
    number: 155,
    name: 'retirement of basic authentication',
    up: () => [
      `create table directory_retirement_plan (
        tenant text primary key references directory_tenant (id),
        plan text not null
      )`,
    ],
  },
]
