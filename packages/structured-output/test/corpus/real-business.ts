import { z } from "zod";

const money = z.object({
  amount: z.number().multipleOf(0.01),
  currency: z.enum(["EUR", "USD", "GBP", "CHF", "JPY"]),
});

const address = z.object({
  street: z.string(),
  street2: z.string().optional(),
  city: z.string(),
  postalCode: z.string().max(12),
  region: z.string().nullable(),
  country: z.string().length(2).describe("ISO 3166-1 alpha-2"),
});

const person = z.object({
  givenName: z.string(),
  familyName: z.string().optional(),
  email: z.email().optional(),
  phone: z.string().nullish(),
});

/** Records of companies: invoices, orders, tickets, applications. */
export const business: Readonly<Record<string, z.ZodType>> = {
  invoice: z.object({
    number: z.string().regex(/^[A-Z]{2}-\d{4}-\d+$/),
    issuedOn: z.iso.date(),
    dueOn: z.iso.date().optional(),
    seller: z.object({ name: z.string(), vatId: z.string().nullable(), address }),
    buyer: z.object({ name: z.string(), address: address.partial() }),
    lines: z
      .array(
        z.object({
          description: z.string(),
          quantity: z.number().positive(),
          unitPrice: money,
          taxRate: z.number().min(0).max(1).default(0.2),
          discount: z
            .union([z.object({ percent: z.number() }), z.object({ amount: money })])
            .optional(),
        }),
      )
      .min(1),
    total: money,
    notes: z.string().optional(),
    paid: z.discriminatedUnion("state", [
      z.object({ state: z.literal("open") }),
      z.object({ state: z.literal("partly"), received: money }),
      z.object({ state: z.literal("paid"), on: z.date() }),
    ]),
  }),
  order: z.object({
    id: z.uuid(),
    placedAt: z.date(),
    customer: person,
    shipTo: address,
    billTo: address.optional(),
    items: z.array(
      z.object({
        sku: z.string(),
        quantity: z.int().min(1),
        options: z.record(z.string(), z.string()).default({}),
      }),
    ),
    coupons: z.set(z.string()),
    status: z.enum(["new", "paid", "shipped", "returned"]).default("new"),
  }),
  "support ticket triage": z.object({
    severity: z.enum(["low", "medium", "high", "critical"]),
    component: z.string().nullable(),
    duplicateOf: z.int().positive().nullish(),
    labels: z.array(z.string()).max(5),
    summary: z.string().max(200),
    needsReply: z.boolean(),
    suggestedReply: z.string().optional(),
  }),
  "curriculum vitae": z.object({
    person: person.extend({
      headline: z.string().optional(),
      links: z.array(z.object({ label: z.string(), url: z.url() })),
    }),
    experience: z.array(
      z.object({
        company: z.string(),
        role: z.string(),
        from: z.iso.date(),
        to: z.union([z.iso.date(), z.literal("present")]),
        highlights: z.array(z.string()),
      }),
    ),
    skills: z.record(z.string(), z.enum(["beginner", "intermediate", "expert"])),
    languages: z.map(z.string(), z.int().min(1).max(5)),
  }),
  "bank statement": z.object({
    iban: z.string(),
    period: z.tuple([z.iso.date(), z.iso.date()]),
    openingBalance: z.bigint(),
    transactions: z.array(
      z.object({
        bookedAt: z.date(),
        cents: z.bigint(),
        counterparty: z.string().nullable(),
        reference: z.string().optional(),
        category: z.enum(["rent", "food", "salary", "other"]).catch("other"),
      }),
    ),
  }),
  "insurance claim": z.object({
    policy: z.string(),
    incident: z.object({
      at: z.date(),
      place: z.union([address, z.tuple([z.number(), z.number()])]),
      description: z.string().min(10),
    }),
    parties: z.array(
      z.intersection(person, z.object({ role: z.enum(["insured", "third-party", "witness"]) })),
    ),
    damages: z.array(z.object({ item: z.string(), estimate: money.optional() })),
    fraudSignals: z.record(z.enum(["late-report", "inconsistent", "history"]), z.boolean()),
  }),
  "calendar event": z.object({
    title: z.string(),
    when: z.union([
      z.object({ allDay: z.literal(true), date: z.iso.date() }),
      z.object({
        allDay: z.literal(false),
        start: z.date(),
        end: z.date(),
        timeZone: z.string().optional(),
      }),
    ]),
    attendees: z.array(
      z.object({
        email: z.email(),
        response: z.enum(["accepted", "declined", "tentative"]).nullable(),
      }),
    ),
    recurrence: z
      .object({
        every: z.enum(["day", "week", "month"]),
        until: z.date().optional(),
        count: z.int().optional(),
      })
      .optional(),
    reminders: z.array(z.int()).default([10]),
  }),
  recipe: z.object({
    name: z.string(),
    servings: z.int().positive(),
    ingredients: z.array(
      z.object({
        name: z.string(),
        amount: z.union([z.number(), z.literal("to taste")]),
        unit: z.string().nullable(),
      }),
    ),
    steps: z.array(z.string()).min(1),
    nutrition: z.partialRecord(z.enum(["kcal", "fat", "protein", "salt"]), z.number()),
  }),
  "product catalogue entry": z.object({
    sku: z.string(),
    name: z.record(z.string(), z.string()).describe("by language"),
    price: money,
    variants: z.array(
      z.object({
        attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
        stock: z.int().nullable(),
      }),
    ),
    related: z.array(z.string()).optional(),
    media: z.array(
      z.discriminatedUnion("type", [
        z.object({ type: z.literal("image"), url: z.url(), alt: z.string().optional() }),
        z.object({ type: z.literal("video"), url: z.url(), seconds: z.number() }),
      ]),
    ),
  }),
  "medical extraction": z.object({
    patient: z.object({
      age: z.int().min(0).max(130).nullable(),
      sex: z.enum(["f", "m", "x", "unknown"]),
    }),
    findings: z.array(
      z.object({
        code: z.string().optional(),
        text: z.string(),
        certainty: z.number().min(0).max(1),
        negated: z.boolean().default(false),
      }),
    ),
    medications: z.array(
      z.object({ name: z.string(), dose: z.string().nullish(), since: z.iso.date().optional() }),
    ),
    vitals: z.object({
      bloodPressure: z.tuple([z.int(), z.int()]).optional(),
      pulse: z.int().optional(),
      temperature: z.number().optional(),
    }),
  }),
  "meeting minutes": z.object({
    title: z.string(),
    decisions: z.array(z.string()),
    actions: z.array(
      z.object({
        owner: z.string().nullable(),
        task: z.string(),
        due: z.union([z.iso.date(), z.null()]).optional(),
      }),
    ),
    questions: z.set(z.string()).optional(),
  }),
  "subscription event": z.discriminatedUnion("type", [
    z.object({
      type: z.literal("created"),
      id: z.string(),
      plan: z.enum(["free", "pro"]),
      trialEnds: z.date().optional(),
    }),
    z.object({ type: z.literal("changed"), id: z.string(), from: z.string(), to: z.string() }),
    z.object({
      type: z.literal("cancelled"),
      id: z.string(),
      reason: z.string().nullable(),
      refund: money.optional(),
    }),
  ]),
  "real estate listing": z.object({
    address,
    price: z.union([money, z.literal("on request")]),
    rooms: z.number().multipleOf(0.5),
    features: z.record(z.string(), z.union([z.boolean(), z.string()])),
    energy: z.enum(["A", "B", "C", "D", "E", "F", "G"]).nullable(),
    floors: z.tuple([z.int(), z.int()]).optional(),
  }),
  "survey answers": z.array(
    z.object({
      question: z.string(),
      answer: z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]),
    }),
  ),
};
