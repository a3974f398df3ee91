/** The product's mark: a screen with a gate in it. The same drawing as favicon.svg. */
export function Mark({ size = 28 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#176b83" />
      <path
        d="M11.5 22.500H8A2.5 2.5 0 0 1 5.5 20V10A2.5 2.5 0 0 1 8 7.5h16A2.5 2.5 0 0 1 26.5 10v10a2.5 2.5 0 0 1-2.5 2.500h-3.5"
        fill="none"
        stroke="#fff"
        strokeWidth="2.4"
        strokeLinecap="round"
      />
      <path d="M11.5 26v-8.500a4.5 4.5 0 0 1 9 0V26z" fill="#9fdbe8" />
    </svg>
  );
}
