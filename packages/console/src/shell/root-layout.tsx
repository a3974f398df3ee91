/** The outermost layer of every page: the look, the notifications, the nonce that the content security policy asks for. */
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { Outlet, useMatchRoute } from "@tanstack/react-router";
import { theme } from "../theme.ts";
import { styleNonce } from "./style-nonce.ts";

export function RootLayout() {
  // A desktop is looked at against a dark surround, whatever the console's own colour scheme.
  const isViewer = Boolean(useMatchRoute()({ to: "/desktops/$id/view" }));
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
      {...(isViewer && { forceColorScheme: "dark" as const })}
    >
      <Notifications position="bottom-right" autoClose={5_000} />
      <Outlet />
    </MantineProvider>
  );
}
