/** Addresses of network cards, by which machines are woken. */
import { z } from "zod";

/** Six pairs of hexadecimal digits, however parted; kept as `00:00:5e:00:53:01`. */
export const macAddressSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(
    /^(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$|^[0-9a-f]{12}$/,
    "Write six pairs of hexadecimal digits, such as 00:00:5e:00:53:01.",
  )
  .transform((text) => text.replace(/[:-]/g, "").replace(/..(?!$)/g, "$&:"))
  .meta({ example: "00:00:5e:00:53:01" });
