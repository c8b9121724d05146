import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

export interface TestCertificate {
  /** The authority that signed it, in PEM: Codex takes no authority for a host. */
  readonly authority: string;
  readonly cert: string;
  readonly key: string;
}

/** A certificate of some hosts, for two days. Node makes keys and signatures, and has no call for certificates. */
export function makeTestCertificate(hosts: readonly string[]): TestCertificate {
  const [authority, owner] = [newKeys(), newKeys()];
  const isAuthority = sequence(boolean(true));
  const altName = sequence(...hosts.map((host) => tlv(0x82, Buffer.from(host))));
  const issued = { issuer: "test authority", signedBy: authority.privateKey };
  const certify = (subject: string, keys: KeyPair, ...extensions: readonly Buffer[]): string =>
    toPem(certificate({ ...issued, subject, publicKey: keys.publicKey, extensions }));
  return {
    authority: certify(
      issued.issuer,
      authority,
      extension(oid.basicConstraints, isAuthority, "critical"),
    ),
    cert: certify(
      "test",
      owner,
      extension(oid.basicConstraints, sequence(), "critical"),
      extension(oid.subjectAltName, altName),
    ),
    key: owner.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const newKeys = (): KeyPair => generateKeyPairSync("ec", { namedCurve: "P-256" });

interface CertificateParts {
  readonly issuer: string;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly signedBy: KeyObject;
  readonly extensions: readonly Buffer[];
}

/** RFC 5280, section 4.1. */
function certificate(parts: CertificateParts): Buffer {
  const { issuer, subject, publicKey, signedBy, extensions } = parts;
  const algorithm = sequence(tlv(0x06, oid.ecdsaWithSha256));
  const body = sequence(
    tlv(0xa0, integer(2)),
    integer(Date.now()),
    algorithm,
    name(issuer),
    sequence(time(-1), time(1)),
    name(subject),
    publicKey.export({ type: "spki", format: "der" }),
    tlv(0xa3, sequence(...extensions)),
  );
  return sequence(body, algorithm, tlv(0x03, Buffer.of(0), sign("sha256", body, signedBy)));
}

const oid = {
  ecdsaWithSha256: Buffer.from("2a8648ce3d040302", "hex"),
  commonName: Buffer.from("550403", "hex"),
  subjectAltName: Buffer.from("551d11", "hex"),
  basicConstraints: Buffer.from("551d13", "hex"),
} as const;

function extension(id: Buffer, value: Buffer, isCritical?: "critical"): Buffer {
  const critical = isCritical === undefined ? [] : [boolean(true)];
  return sequence(tlv(0x06, id), ...critical, tlv(0x04, value));
}

function name(text: string): Buffer {
  return sequence(tlv(0x31, sequence(tlv(0x06, oid.commonName), tlv(0x0c, Buffer.from(text)))));
}

/** Days from now, as `YYMMDDhhmmssZ`. */
function time(days: number): Buffer {
  const text = new Date(Date.now() + days * 86_400_000).toISOString();
  return tlv(0x17, Buffer.from(`${text.slice(2, 19).replaceAll(/[-T:]/g, "")}Z`));
}

const boolean = (value: boolean): Buffer => tlv(0x01, Buffer.of(value ? 0xff : 0));

/** Minimal, with a leading zero where the first bit would be a sign. */
function integer(value: number): Buffer {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return tlv(0x02, Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, "hex"));
}

const sequence = (...parts: readonly Buffer[]): Buffer => tlv(0x30, ...parts);

/** DER: a tag, the length, and the content. */
function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

function toPem(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
