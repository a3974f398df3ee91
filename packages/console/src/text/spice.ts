/** Words for SPICE desktops. */
export const spiceText = {
  noClipboard: "Text cannot be copied to or from this desktop: SPICE in the browser has no clipboard.",
} as const;
