/** What the signed-in person may do. The server judges every request again; this only decides what is offered. */
import type { Permission } from "@deskgate/contract";
import { useQuery } from "@tanstack/react-query";
import { meQuery } from "./account.ts";

export function useMay(): (permission: Permission) => boolean {
  const { data: me } = useQuery(meQuery);
  return (permission) => me?.permissions.includes(permission) ?? false;
}
