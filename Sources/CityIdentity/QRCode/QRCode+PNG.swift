extension QRCode {
    /// The code as a PNG image, black on white, a module `scale` pixels wide.
    package func png(scale: Int = 8) -> [UInt8] {
        let scale = min(max(scale, 1), 64)
        let side = (size + 2 * Self.quietZone) * scale
        var rows: [UInt8] = []
        rows.reserveCapacity(side * (side / 8 + 2))
        for row in -Self.quietZone..<size + Self.quietZone {
            let line = scanline(row, scale: scale, side: side)
            for _ in 0..<scale { rows += line }
        }
        return PNG.image(side: side, scanlines: rows)
    }

    /// One line of pixels, eight to a byte, after the number of the filter that does nothing.
    private func scanline(_ row: Int, scale: Int, side: Int) -> [UInt8] {
        var line = [UInt8](repeating: 0, count: 1 + (side + 7) / 8)
        for pixel in 0..<side where !isDark(column: pixel / scale - Self.quietZone, row: row) {
            line[1 + pixel / 8] |= 0x80 >> UInt8(pixel % 8)
        }
        return line
    }
}

/// Square images of one bit a pixel in PNG (ISO/IEC 15948).
private enum PNG {
    static func image(side: Int, scanlines: [UInt8]) -> [UInt8] {
        let length = bigEndian(UInt32(side))
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", length + length + [1, 0, 0, 0, 0])
            + chunk("IDAT", stored(scanlines))
            + chunk("IEND", [])
    }

    private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let content = Array(type.utf8) + data
        return bigEndian(UInt32(data.count)) + content + bigEndian(cyclicRedundancyCheck(content))
    }

    /// A zlib stream (RFC 1950) of stored blocks: the image is small, so nothing is compressed.
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        var start = 0
        repeat {
            let end = min(start + 0xFFFF, bytes.count)
            let length = UInt16(end - start)
            stream.append(end == bytes.count ? 1 : 0)
            for number in [length, ~length] { stream += [UInt8(number & 255), UInt8(number >> 8)] }
            stream += bytes[start..<end]
            start = end
        } while start < bytes.count
        return stream + bigEndian(adler32(bytes))
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }

    private static func cyclicRedundancyCheck(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { table[Int(($0 ^ UInt32($1)) & 255)] ^ $0 >> 8 }
    }

    private static func adler32(_ bytes: [UInt8]) -> UInt32 {
        var low: UInt32 = 1
        var high: UInt32 = 0
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return high << 16 | low
    }
}
