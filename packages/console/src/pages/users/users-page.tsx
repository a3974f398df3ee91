/** Who can sign in, and what an administrator can do about it. */
import type { User } from "@deskgate/contract";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { TbUserPlus } from "react-icons/tb";
import { usersQuery } from "../../api/users.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { matches } from "../../parts/matches.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { SearchBox } from "../../parts/search-box.tsx";
import { useTitle } from "../../parts/use-title.ts";
import { locale } from "../../text/language.ts";
import { usersText } from "../../text/users.ts";
import { UserDialogs, type UserTask } from "./user-dialogs.tsx";
import { UserTable } from "./user-table.tsx";

export function UsersPage() {
  useTitle(usersText.title);
  const [filter, setFilter] = useState("");
  const [task, setTask] = useState<UserTask>();
  const users = useQuery(usersQuery);
  return (
    <>
      <PageHeader title={usersText.title} lead={usersText.lead}>
        <SearchBox label={usersText.filter} value={filter} onChange={setFilter} />
        <Button
          leftSection={<TbUserPlus size={17} />}
          onClick={() => setTask({ at: "add" })}
          data-testid="add-user"
        >
          {usersText.add}
        </Button>
      </PageHeader>
      <Loaded query={users}>
        {({ items }) => <UserTable users={shownOf(items, filter)} onTask={setTask} />}
      </Loaded>
      <UserDialogs task={task} onTask={setTask} />
    </>
  );
}

function shownOf(users: readonly User[], filter: string): readonly User[] {
  return users
    .filter(({ name, displayName }) => matches(filter, name, displayName))
    .toSorted((one, other) => one.displayName.localeCompare(other.displayName, locale));
}
