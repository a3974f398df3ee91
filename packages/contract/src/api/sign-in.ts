/** Signing in and out, and one's own account. */
import { z } from "zod";
import { permissionSchema } from "../permissions.ts";
import { timestampSchema } from "./common.ts";
import { roleIdSchema } from "./roles.ts";
import type { Route } from "./route.ts";
import { passwordSchema } from "./users.ts";

export const meSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    displayName: z.string(),
    role: roleIdSchema,
    /** What the console may offer; every request is judged again. */
    permissions: z.array(permissionSchema),
    hasPassword: z.boolean(),
  })
  .meta({ id: "Me" });
export type Me = z.infer<typeof meSchema>;

const credentialsSchema = z.strictObject({
  name: z.string().min(1, "Enter your name.").max(100),
  password: z.string().min(1, "Enter your password.").max(1024),
});

export const signInRoutes = {
  getStatus: {
    method: "GET",
    path: "/status",
    access: "anonymous",
    tag: "Sign-in",
    summary: "Whether the broker answers, and which version it is",
    reply: z.object({ name: z.literal("deskgate"), version: z.string() }),
  },
  signInWithPassword: {
    method: "POST",
    path: "/sign-in/password",
    access: "anonymous",
    tag: "Sign-in",
    summary: "Sign in with name and password; sets the session cookie",
    body: credentialsSchema,
    reply: meSchema,
    refusals: ["credentials_wrong", "too_many_attempts"],
  },
  signInWithLink: {
    method: "POST",
    path: "/sign-in/link",
    access: "anonymous",
    tag: "Sign-in",
    summary: "Sign in with the secret of a one-time link; sets the session cookie",
    body: z.strictObject({ secret: z.string().min(1).max(200) }),
    reply: meSchema,
    refusals: ["link_invalid", "too_many_attempts"],
  },
  createBearerToken: {
    method: "POST",
    path: "/sign-in/token",
    access: "anonymous",
    tag: "Sign-in",
    summary: "Sign in for a script: returns a bearer token instead of a cookie",
    body: credentialsSchema,
    reply: z.object({ token: z.string(), expiresAt: timestampSchema }),
    status: 201,
    refusals: ["credentials_wrong", "too_many_attempts"],
  },
  signOut: {
    method: "POST",
    path: "/sign-out",
    access: "signed-in",
    needsSignIn: true,
    tag: "Sign-in",
    summary: "End this sign-in, withdraw its tickets and disconnect its desktops",
  },
  getMe: {
    method: "GET",
    path: "/me",
    access: "signed-in",
    tag: "Sign-in",
    summary: "Who is signed in",
    reply: meSchema,
  },
  setMyPassword: {
    method: "PUT",
    path: "/me/password",
    access: "signed-in",
    needsSignIn: true,
    tag: "Sign-in",
    summary: "Set or change one's own password; ends one's other sign-ins",
    body: z.strictObject({
      /** Required where a password is set already. */
      currentPassword: z.string().max(1024).optional(),
      newPassword: passwordSchema,
    }),
    refusals: ["credentials_wrong", "too_many_attempts"],
  },
  keepMyPassword: {
    method: "PUT",
    path: "/me/password-at-hand",
    access: "signed-in",
    needsSignIn: true,
    tag: "Sign-in",
    summary:
      "Have one's own password at hand for machines that take it, in memory, as long as this sign-in lives",
    body: z.strictObject({ password: z.string().max(1024) }),
    refusals: ["credentials_wrong", "too_many_attempts"],
  },
  forgetMyPassword: {
    method: "DELETE",
    path: "/me/password-at-hand",
    access: "signed-in",
    needsSignIn: true,
    tag: "Sign-in",
    summary: "Have one's own password at hand no longer; machines that take it ask",
  },
} as const satisfies Record<string, Route>;
