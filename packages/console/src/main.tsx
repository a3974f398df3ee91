/** Where the console starts: cache, routes and look meet here. */
import "./api/no-eval.ts";
import "@fontsource-variable/inter";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./base.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./api/query-client.ts";
import { createConsoleRouter } from "./router.tsx";
import { lendStyleNonce } from "./shell/style-nonce.ts";
import { language } from "./text/language.ts";

document.documentElement.lang = language;
lendStyleNonce();

const queryClient = createQueryClient(() => {
  queryClient.clear();
  // The route's guard asks again who is signed in, and leads to the sign-in page and back.
  void router.invalidate();
});
const router = createConsoleRouter(queryClient);

const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
