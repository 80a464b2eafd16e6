//! Chains of filters of the module _lzma: from dicts to settings, and the bytes that describe them.

use crate::support::*;
use lzma_rust2::{EncodeMode, FilterConfig, FilterType, LzmaOptions, MfType};

pub(super) const LZMA1: u64 = 0x4000_0000_0000_0001;
pub(super) const LZMA2: u64 = 0x21;
const DELTA: u64 = 3;

/// A bit of a preset that asks for more work.
pub(super) const EXTREME: u32 = 1 << 31;

/// The filters before the last one, and that.
pub(super) struct Chain {
    pub(super) before: Vec<FilterConfig>,
    pub(super) last: u64,
    pub(super) options: LzmaOptions,
}

/// The settings of a preset; None: there is no such one.
pub(super) fn preset(number: u32) -> Option<LzmaOptions> {
    let level = number & !EXTREME;
    if level > 9 {
        return None;
    }
    let mut options = LzmaOptions::with_preset(level);
    if number & EXTREME != 0 {
        options.mode = EncodeMode::Normal;
        options.mf = MfType::Bt4;
        if level == 3 || level == 5 {
            options.nice_len = 192;
        } else {
            options.nice_len = LzmaOptions::NICE_LEN_MAX;
            options.depth_limit = 512;
        }
    }
    Some(options)
}

fn kind(id: u64) -> Option<FilterType> {
    match id {
        3 => Some(FilterType::Delta),
        4 => Some(FilterType::BcjX86),
        5 => Some(FilterType::BcjPpc),
        6 => Some(FilterType::BcjIa64),
        7 => Some(FilterType::BcjArm),
        8 => Some(FilterType::BcjArmThumb),
        9 => Some(FilterType::BcjSparc),
        _ => None,
    }
}

fn entry(vm: &Vm, spec: &Object, key: &str) -> Res<Option<u64>> {
    let value = match vm.getitem(spec, vm.str(key)?.as_object()) {
        Ok(value) => value,
        Err(raised) => {
            drop(vm.caught(raised, Exc::KeyError)?);
            return Ok(None);
        }
    };
    u64::from_object(vm, &value, &ArgInfo::default()).map(Some)
}

/// One of 32 bits.
fn small(vm: &Vm, spec: &Object, key: &str) -> Res<Option<u32>> {
    match entry(vm, spec, key)? {
        None => Ok(None),
        Some(n) => match u32::try_from(n) {
            Ok(n) => Ok(Some(n)),
            Err(_) => Err(vm.overflow_error("Value too large for uint32_t type")),
        },
    }
}

/// One filter: its number, and its settings.
enum Filter {
    Lzma(LzmaOptions),
    Before(FilterConfig),
}

fn known_keys(vm: &Vm, spec: &Object, known: &[&str], what: &str) -> Res<()> {
    let mut all_known = true;
    vm.for_each(spec, |key| {
        all_known &= key.downcast::<Str>().is_some_and(|k| known.iter().any(|n| k.equals(n)));
        Ok(())
    })?;
    if all_known {
        return Ok(());
    }
    Err(vm.value_error(format_args!("Invalid filter specifier for {what} filter")))
}

fn filter(vm: &Vm, spec: &Object) -> Res<(u64, Filter)> {
    let is_mapping =
        vm.class_of(spec).slots().getitem.is_some() && spec.downcast::<Str>().is_none();
    if !is_mapping || spec.downcast::<List>().is_some() || spec.downcast::<Tuple>().is_some() {
        return Err(vm.type_error("Filter specifier must be a dict or dict-like object"));
    }
    let Some(id) = entry(vm, spec, "id")? else {
        return Err(vm.value_error("Filter specifier must have an \"id\" entry"));
    };
    match id {
        LZMA1 | LZMA2 => Ok((id, Filter::Lzma(lzma_options(vm, spec)?))),
        _ => match kind(id) {
            Some(FilterType::Delta) => {
                known_keys(vm, spec, &["id", "dist"], "delta")?;
                let distance = small(vm, spec, "dist")?.unwrap_or(1);
                if !(1..=256).contains(&distance) {
                    return Err(super::lzma::error(vm, "Invalid or unsupported options"));
                }
                Ok((id, Filter::Before(FilterConfig::new_delta(distance))))
            }
            Some(filter_type) => {
                known_keys(vm, spec, &["id", "start_offset"], "BCJ")?;
                let property = small(vm, spec, "start_offset")?.unwrap_or(0);
                Ok((id, Filter::Before(FilterConfig { filter_type, property })))
            }
            None => Err(vm.value_error(format_args!("Invalid filter ID: {id}"))),
        },
    }
}

fn lzma_options(vm: &Vm, spec: &Object) -> Res<LzmaOptions> {
    const KEYS: &[&str] =
        &["id", "preset", "dict_size", "lc", "lp", "pb", "mode", "nice_len", "mf", "depth"];
    let number = small(vm, spec, "preset")?.unwrap_or(6);
    let Some(mut options) = preset(number) else {
        return Err(super::lzma::error(vm, &format!("Invalid compression preset: {number}")));
    };
    known_keys(vm, spec, KEYS, "LZMA")?;
    for (key, place) in [
        ("dict_size", &mut options.dict_size),
        ("lc", &mut options.lc),
        ("lp", &mut options.lp),
        ("pb", &mut options.pb),
        ("nice_len", &mut options.nice_len),
    ] {
        if let Some(n) = small(vm, spec, key)? {
            *place = n;
        }
    }
    if let Some(depth) = small(vm, spec, "depth")? {
        options.depth_limit = i32::try_from(depth).unwrap_or(i32::MAX);
    }
    let mode = small(vm, spec, "mode")?;
    let finder = small(vm, spec, "mf")?;
    match mode {
        None => {}
        Some(1) => options.mode = EncodeMode::Fast,
        Some(2) => options.mode = EncodeMode::Normal,
        Some(_) => return Err(super::lzma::error(vm, "Invalid or unsupported options")),
    }
    match finder {
        None => {}
        // Those for two and three bytes find no more than these do.
        Some(3 | 4) => options.mf = MfType::Hc4,
        Some(18..=20) => options.mf = MfType::Bt4,
        Some(_) => return Err(super::lzma::error(vm, "Invalid or unsupported options")),
    }
    let fits = options.lc + options.lp <= 4
        && options.pb <= 4
        && (4096..=1536 << 20).contains(&options.dict_size)
        && (2..=LzmaOptions::NICE_LEN_MAX).contains(&options.nice_len);
    if !fits {
        return Err(super::lzma::error(vm, "Invalid or unsupported options"));
    }
    options.nice_len = options.nice_len.max(LzmaOptions::NICE_LEN_MIN);
    Ok(options)
}

/// A whole chain.
pub(super) fn parse(vm: &Vm, filters: &Object) -> Res<Chain> {
    let filters = vm.collect(filters)?;
    if filters.len() > 4 {
        return Err(vm.value_error("Too many filters - liblzma supports a maximum of 4"));
    }
    let refused = |vm: &Vm| super::lzma::error(vm, "Invalid or unsupported options");
    let mut before = Vec::new();
    for (i, spec) in filters.iter().enumerate() {
        match filter(vm, spec)? {
            (last, Filter::Lzma(options)) if i + 1 == filters.len() => {
                return Ok(Chain { before, last, options });
            }
            (_, Filter::Before(config)) => before.push(config),
            _ => return Err(refused(vm)),
        }
    }
    Err(refused(vm))
}

/// The byte that stands for a dictionary of at least this size.
fn dictionary_byte(size: u32) -> u8 {
    (0..40).find(|n| dictionary_size(*n) >= u64::from(size)).unwrap_or(40)
}

fn dictionary_size(byte: u8) -> u64 {
    if byte == 40 {
        u64::from(u32::MAX)
    } else {
        u64::from(2 | u32::from(byte & 1)) << (byte / 2 + 11)
    }
}

/// The options of a filter as the bytes of a block header.
pub(super) fn encode(vm: &Vm, spec: &Object) -> Res<Vec<u8>> {
    Ok(match filter(vm, spec)? {
        (LZMA2, Filter::Lzma(options)) => vec![dictionary_byte(options.dict_size)],
        (_, Filter::Lzma(options)) => {
            let mut out = vec![options.get_props()];
            out.extend(options.dict_size.to_le_bytes());
            out
        }
        (DELTA, Filter::Before(config)) => vec![(config.property - 1) as u8],
        (_, Filter::Before(config)) if config.property == 0 => Vec::new(),
        (_, Filter::Before(config)) => config.property.to_le_bytes().to_vec(),
    })
}

/// And back, as a dict.
pub(super) fn decode(vm: &Vm, id: u64, bytes: &[u8]) -> Res {
    let refused = |vm: &Vm| super::lzma::error(vm, "Invalid or unsupported options");
    let dict = vm.new_dict()?;
    let set = |name: &str, value: u64| dict.set_named(vm, name, vm.int_u64(value)?);
    set("id", id)?;
    match (id, bytes) {
        (LZMA2, [byte @ 0..=40]) => set("dict_size", dictionary_size(*byte))?,
        (LZMA1, [props @ 0..225, size @ ..]) if size.len() == 4 => {
            let size = size.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b));
            set("dict_size", size)?;
            let (pb, rest) = (props / 45, props % 45);
            set("lc", u64::from(rest % 9))?;
            set("lp", u64::from(rest / 9))?;
            set("pb", u64::from(pb))?;
        }
        (DELTA, [distance]) => set("dist", u64::from(*distance) + 1)?,
        (4..=9, []) => {}
        (4..=9, [a, b, c, d]) => {
            set("start_offset", u64::from(u32::from_le_bytes([*a, *b, *c, *d])))?
        }
        _ if id != LZMA1 && id != LZMA2 && kind(id).is_none() => {
            return Err(vm.value_error(format_args!("Invalid filter ID: {id}")));
        }
        _ => return Err(refused(vm)),
    }
    Ok(dict.into_object())
}
