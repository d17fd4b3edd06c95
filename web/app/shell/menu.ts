// The menu by field of work. A line with `can` is shown to who may do one of those.
export interface MenuItem { to: string; label: string; icon: string; can?: string[] }
export const menu: { label: string; items: MenuItem[] }[] = [
  { label: 'app.menu_mine', items: [{ to: '/desk/todo', label: 'app.menu_desk', icon: 'desk' }, { to: '/modules', label: 'app.menu_hall', icon: 'list' }, { to: '/things', label: 'app.menu_things', icon: 'book' }, { to: '/duty', label: 'app.menu_duty', icon: 'clock' }, { to: '/whereabouts', label: 'app.menu_away', icon: 'people' }] },
  {
    label: 'app.menu_documents', items: [
      { to: '/documents/new', label: 'app.menu_draft', icon: 'pen' },
      { to: '/registers/sent', label: 'app.menu_sent', icon: 'send' },
      { to: '/registers/received', label: 'app.menu_received', icon: 'inbox', can: ['register.received'] },
      { to: '/instructions', label: 'app.menu_instructions', icon: 'book', can: ['instructions'] },
      { to: '/dispatches', label: 'app.menu_dispatches', icon: 'list' },
      { to: '/exchange-talk', label: 'app.menu_talk', icon: 'bell', can: ['exchange.keep'] },
      { to: '/categories', label: 'app.menu_categories', icon: 'list', can: ['categories'] },
      { to: '/seals', label: 'app.menu_seals', icon: 'seal' },
      { to: '/seal-check', label: 'app.menu_seal_check', icon: 'check' },
      { to: '/statistics', label: 'app.menu_statistics', icon: 'book', can: ['statistics'] },
      { to: '/number-books', label: 'app.menu_books', icon: 'book', can: ['exchange.clerk', 'office'] },
    ],
  },
  {
    label: 'app.menu_secrecy', items: [
      { to: '/spills', label: 'app.menu_spills', icon: 'trash', can: ['secrecy'] },
      { to: '/authority', label: 'app.menu_authority', icon: 'doc', can: ['secrecy'] },
      { to: '/secret-marks', label: 'app.menu_marks', icon: 'doc', can: ['org.admin'] },
    ],
  },
  {
    label: 'app.menu_office', items: [
      { to: '/address-book', label: 'app.menu_people', icon: 'people' },
      { to: '/groups', label: 'app.menu_groups', icon: 'book' },
      { to: '/calendar', label: 'app.menu_calendar', icon: 'clock' },
      { to: '/org', label: 'app.menu_org', icon: 'org', can: ['org.admin', 'unit.admin', 'org.approve'] },
      { to: '/studio', label: 'app.menu_studio', icon: 'flow', can: ['org.admin', 'unit.admin'] },
      { to: '/flow-admin', label: 'app.menu_govern', icon: 'flow', can: ['org.admin', 'unit.admin', 'office'] },
      { to: '/system/incidents', label: 'app.menu_incidents', icon: 'bell', can: ['org.admin'] },
    ],
  },
]
