/** Who may use which pool, as a condition in SQL: the one place that knows how entitlements reach people. */
import { type RawBuilder, type SqlBool, sql } from "kysely";

/** Whether the entitlement `e` is this user's, by name or by a group, however deep inside it. */
export function isHeldBy(user: RawBuilder<unknown>): RawBuilder<SqlBool> {
  return sql<SqlBool>`(
    e.user_id = ${user}
    or e.group_id in (
      select m.group_id from group_members as m where m.user_id = ${user}
      union all
      select c.group_id from group_members as m
      inner join group_closure as c on c.member_group_id = m.group_id
      where m.user_id = ${user}
    )
  )`;
}

/** Whatever the time and the place. `user` and `pool` are values or references to columns. */
export function isEntitled(user: RawBuilder<unknown>, pool: RawBuilder<unknown>): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (select 1 from entitlements as e where e.pool_id = ${pool} and ${isHeldBy(user)})`;
}
