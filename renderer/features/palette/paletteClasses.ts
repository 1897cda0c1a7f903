export const inputClasses =
  'h-12 w-full min-w-0 bg-transparent px-3 text-base outline-none placeholder:text-muted';
export const itemClasses =
  'flex cursor-default items-center gap-2.5 rounded-control px-2.5 py-1.5 text-sm data-[selected=true]:bg-surface-3 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted';
