use super::*;
use crate::text::bigops;
use num_bigint::BigInt;
use num_integer::Integer;
use std::cell::Cell;

/// Counts what it is asked.
#[derive(Default)]
struct Counting(Cell<u32>);

impl Watch for Counting {
    fn poll(&self) -> TextResult<()> {
        self.0.set(self.0.get() + 1);
        Ok(())
    }

    fn room(&self, _: usize) -> TextResult<()> {
        Ok(())
    }
}

/// Numbers of any length from a generator with a fixed seed: mixed bits, and ones with long runs.
struct Numbers(u64);

impl Numbers {
    fn word(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn of_bits(&mut self, bits: u64) -> BigUint {
        let runs = self.word() % 3 == 0;
        let mut halves: Vec<u32> = Vec::new();
        for _ in 0..bits / 32 + 1 {
            let w = self.word();
            halves.push(if runs { if w % 5 < 3 { u32::MAX } else { 0 } } else { w as u32 });
        }
        (BigUint::new(halves) % (BigUint::from(1u8) << bits)) | BigUint::from(1u8) << (bits - 1)
    }
}

#[test]
fn products() {
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    for (n, m) in [(200_000, 200_000), (140_000, 290_000), (3_000, 9_000_000), (400_000, 400_064)] {
        let (a, b) = (numbers.of_bits(n), numbers.of_bits(m));
        let watch = Counting::default();
        assert_eq!(mul(&watch, &a, &b).unwrap(), &a * &b);
        assert!(watch.0.get() > 1, "{n} {m}");
        assert_eq!(mul(&watch, &b, &b).unwrap(), &b * &b);
    }
}

#[test]
fn quotients() {
    let mut numbers = Numbers(0x1234_5678_9ABC_DEF1);
    for (n, m) in [
        (60_000, 30_000),
        (300_000, 100_000),
        (500_000, 20_001),
        (200_000, 150_000),
        (9_000_000, 700),
        (400_000, 200_000),
    ] {
        for _ in 0..3 {
            let (a, b) = (numbers.of_bits(n), numbers.of_bits(m));
            assert_eq!(div_rem(&Unwatched, &a, &b).unwrap(), a.div_rem(&b), "{n} {m}");
            // Quotients that need every correction.
            let near = &b * (BigUint::from(1u8) << (n - m)) - 1u8;
            assert_eq!(div_rem(&Unwatched, &near, &b).unwrap(), near.div_rem(&b), "{n} {m}");
            for (a, b) in
                [(-BigInt::from(a.clone()), b.clone().into()), (a.into(), -BigInt::from(b))]
            {
                assert_eq!(bigops::divmod(&Unwatched, &a, &b).unwrap(), a.div_mod_floor(&b));
            }
        }
    }
}

#[test]
fn digits_and_back() {
    let mut numbers = Numbers(0xFEDC_BA98_7654_3211);
    for bits in [20_000, 70_000, 300_001] {
        for base in [2, 8, 10, 16, 32, 36] {
            let n = numbers.of_bits(bits);
            let mut text = String::new();
            push_digits(&Unwatched, &n, base, &mut text).unwrap();
            assert_eq!(text, n.to_str_radix(base), "{bits} {base}");
            assert_eq!(from_digits(&Unwatched, text.as_bytes(), base).unwrap(), n, "{bits} {base}");
        }
    }
    let n = BigUint::from(10u8).pow(40_000);
    let mut text = "-".to_owned();
    push_digits(&Unwatched, &n, 10, &mut text).unwrap();
    assert_eq!(text, format!("-{n}"));
    let mut text = String::new();
    push_digits(&Unwatched, &(BigUint::from(1u8) << (1u64 << 22)), 16, &mut text).unwrap();
    assert_eq!(text, format!("1{}", "0".repeat(1 << 20)));
}

#[test]
fn powers_and_roots() {
    let mut numbers = Numbers(0x0F1E_2D3C_4B5A_6979);
    for (base, exponent) in
        [(3u32, 100_000u32), (10, 30_000), (2, 300_000), (1, 1_000_000), (12, 40_001)]
    {
        let base = BigUint::from(base);
        assert_eq!(pow(&Unwatched, &base, exponent.into()).unwrap(), base.pow(exponent));
    }
    for bits in [16_000, 16_385, 100_000, 100_003] {
        let n = numbers.of_bits(bits);
        assert_eq!(sqrt(&Unwatched, &n).unwrap(), n.sqrt());
        let square = &n * &n;
        assert_eq!(sqrt(&Unwatched, &square).unwrap(), n);
        assert_eq!(sqrt(&Unwatched, &(square - 1u8)).unwrap(), n - 1u8);
    }
    let (a, e, m) = (numbers.of_bits(9_000), numbers.of_bits(1_000), numbers.of_bits(8_000));
    for (a, m) in
        [(a.clone().into(), BigInt::from(m.clone())), (-BigInt::from(a), -BigInt::from(m))]
    {
        let e = BigInt::from(e.clone());
        assert_eq!(pow_mod(&Unwatched, &a, &e, &m).unwrap(), a.modpow(&e, &m));
    }
}

#[test]
fn divisors() {
    let mut numbers = Numbers(0x7777_1234_9999_4321);
    for bits in [2_100, 5_000, 40_000] {
        let (a, b, c) = (numbers.of_bits(bits), numbers.of_bits(bits / 2), numbers.of_bits(bits));
        assert_eq!(gcd(&Unwatched, &(&a * &b), &(&c * &b)).unwrap(), (&a * &b).gcd(&(&c * &b)));
        let (a, n) = (BigInt::from(a), BigInt::from(c));
        let wanted = a.extended_gcd(&n);
        match inverse(&Unwatched, &a, &n).unwrap() {
            Some(found) => assert_eq!(found, wanted.x.mod_floor(&n)),
            None => assert!(wanted.gcd != BigInt::from(1)),
        }
    }
    let (mut a, mut b) = (BigUint::from(1u8), BigUint::from(1u8));
    for _ in 0..20_000 {
        (a, b) = (&a + &b, a);
    }
    assert_eq!(gcd(&Unwatched, &a, &b).unwrap(), BigUint::from(1u8));
}
