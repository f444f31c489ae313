import type { Migration } from '../../../../storage/engine.ts'

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
  {
    number: 156,
    name: 'notices ahead of a retirement',
    up: () => [
      `create table directory_retirement_notice (
        tenant text not null references directory_tenant (id),
        about text not null,
        what text not null,
        date bigint not null,
        days integer not null,
        primary key (tenant, about, what, date, days)
      )`,
    ],
  },
]
